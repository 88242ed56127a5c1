/** The tests in the browser that go as fast as the machine does, in one process, so that they share one browser. */
import "./holding.test.js";
import "./life.test.js";
import "./form.test.js";
import "./map.test.js";
import "./policy.test.js";
import "./react.test.js";
import "./look.test.js";
import "./languages.test.js";
import "./axe.test.js";
import "./draw.test.js";
import "./phone.test.js";
import "./pages.test.js";
import "./docs.test.js";
import "./seeds.test.js";
import "./shop-server.test.js";
