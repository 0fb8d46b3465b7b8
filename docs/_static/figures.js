// Each living figure stands in a frame. Tell it the page's theme, and give it the height it needs.
const frames = () => [...document.querySelectorAll("iframe.figure")];
const tell = (frame) =>
  frame.contentWindow.postMessage({ light: document.documentElement.dataset.theme !== "dark" }, "*");

addEventListener("message", ({ source, data }) => {
  const frame = frames().find((f) => f.contentWindow === source);
  if (!frame || !data?.height) return;
  frame.style.height = `${data.height}px`;
  tell(frame);
});
new MutationObserver(() => frames().forEach(tell)).observe(document.documentElement, {
  attributeFilter: ["data-theme"],
});
