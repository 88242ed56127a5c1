// The two things that every part of the page does with the document.

export const $ = (id) => document.getElementById(id);

/** Text goes in as text, never as HTML: names and frames come from outside. */
export function element(name, text = "", properties = {}) {
  const made = Object.assign(document.createElement(name), properties);
  made.textContent = text;
  return made;
}
