// Watches one figure: when its slider moved, and which picture stood on the screen when.
// `picture` and `value` read the figure's state from the page; times are milliseconds of the page.
({ picture, value }) => {
  const root = document.querySelector(".jp-Notebook"), channel = new MessageChannel();
  const meter = window.meter = { keys: [], values: [], pictures: [], released: 0, changed: performance.now() };
  let seen = picture(root), set = value(root), next = null;

  // After the frame that paints the newest picture, note it.
  channel.port1.onmessage = () => {
    meter.pictures.push({ time: performance.now(), picture: next.slice(-200) });
    next = null;
  };
  async function look() {
    meter.changed = performance.now();
    const moved = value(root), now = picture(root);
    if (moved !== set) meter.values.push(set = moved);
    if (!now || now === seen) return;
    seen = now;
    const image = [...root.querySelectorAll("img")].find(i => i.src === now);
    if (image) await image.decode().catch(() => {});
    if (next === null) requestAnimationFrame(() => channel.port2.postMessage(0));
    next = now;
  }
  new MutationObserver(look).observe(root,
    { subtree: true, childList: true, characterData: true, attributes: true });
  addEventListener("keydown", e => meter.keys.push(e.timeStamp), true);
  addEventListener("pointerup", e => { meter.released = e.timeStamp; }, true);

  const idle = () => jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.status === "idle";
  const pause = ms => new Promise(done => setTimeout(done, ms));

  // Forget what was noted.
  meter.reset = () => { for (const list of ["keys", "values", "pictures"]) meter[list].length = 0; };
  // Wait until `count` pictures were painted, and then nothing has changed for `quiet` ms.
  meter.settled = async (count, quiet) => {
    const end = performance.now() + 15000;
    while (performance.now() < end) {
      const still = performance.now() - meter.changed > quiet && idle() && next === null;
      if (meter.pictures.length >= count && still) return;
      await pause(10);
    }
    throw Error(`${meter.pictures.length} pictures, not ${count}, after 15 s`);
  };
}
