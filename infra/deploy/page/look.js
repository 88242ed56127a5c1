/** Shows the event that the address names, read only: a first look at a deployment, for whoever runs it. */
const event = new URLSearchParams(location.search).get("event")?.trim();
const [map, note, input] = ["seat-map", "#note", "#event"].map((name) => document.querySelector(name));

if (event) {
  input.value = event;
  map.hidden = false;
  map.setAttribute("event-id", event);
  note.textContent = `The seats of ${event}, as they are now.`;
  await customElements.whenDefined("seat-map");
  map.ready.catch((reason) => {
    map.hidden = true;
    note.textContent = reason?.code === "not_found" ? `There is no event ${event}.` : `The seats of ${event} cannot be shown: ${reason?.message ?? reason}`;
  });
}
