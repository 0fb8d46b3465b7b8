// A button that interrupts the kernel. While a cell runs, the kernel reads no messages of widgets.
INPUTS.Stop = control => {
  const input = element("button", { type: "button", textContent: "■ Stop",
    title: "Ends the loop after this step, like ■ in the toolbar" });
  input.onclick = () => { input.disabled = true; interrupt(control.kernel); };
  const show = running => {
    input.disabled = false;
    input.parentNode.style.display = running && server() ? "" : "none";
  };
  return { input, all: [input], show };
};

const server = () => document.getElementById("jupyter-config-data");

function interrupt(kernel) {
  const { baseUrl, token } = JSON.parse(server().textContent);
  const headers = { "X-XSRFToken": /\b_xsrf=([^;]*)/.exec(document.cookie)?.[1] || "" };
  if (token) headers.Authorization = `token ${token}`;
  return fetch(`${baseUrl}api/kernels/${kernel}/interrupt`, { method: "POST", headers });
}
