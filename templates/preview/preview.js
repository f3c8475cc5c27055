// Reloads the page when what it is made of changed. Part of the preview alone: no bundle has it.
(() => {
  let seen;
  const events = new EventSource("/-/reload");
  events.onmessage = (event) => {
    if (seen !== undefined && seen !== event.data) location.reload();
    seen = event.data;
  };
})();
