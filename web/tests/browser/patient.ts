/** The tests in the browser that wait most of the time: for a turn, for an end, for a stack. They run beside the others. */
import "./waiting.test.js";
import "./live.test.js";
import "./ready.test.js";
import "./keyboard.test.js";
import "./buying.test.js";
