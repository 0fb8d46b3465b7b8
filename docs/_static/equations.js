// An equation that is wider than its column can be scrolled: then also by keyboard.
const reach = () => {
  for (const equation of document.querySelectorAll("mjx-container[display=true]")) {
    if (equation.scrollWidth > equation.clientWidth) equation.tabIndex = 0;
    else equation.removeAttribute("tabindex");
  }
};
addEventListener("load", () => window.MathJax?.startup.promise.then(reach));
addEventListener("resize", reach);
