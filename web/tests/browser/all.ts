/** Every test in the browser, in one process, so that they share one browser. */
import "./ready.test.js";
import "./holding.test.js";
import "./live.test.js";
import "./life.test.js";
import "./form.test.js";
import "./keyboard.test.js";
import "./buying.test.js";
import "./map.test.js";
import "./policy.test.js";
import "./react.test.js";
import "./look.test.js";
import "./languages.test.js";
import "./axe.test.js";
import "./waiting.test.js";
import "./pages.test.js";
import "./docs.test.js";
import "./seeds.test.js";
