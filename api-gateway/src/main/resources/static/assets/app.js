// What pages do beyond links and forms: tabs, copying, confirmation. Pages work without it.
(() => {
  "use strict";

  const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content;

  // htmx sends the CSRF token with every request that changes something.
  document.addEventListener("htmx:configRequest", (event) => {
    const header = meta("csrf-header");
    if (header) {
      event.detail.headers[header] = meta("csrf-token");
    }
  });
  // A login that has ended answers with a redirect to the login page: go there as a whole.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.responseURL && new URL(event.detail.xhr.responseURL).pathname === "/login") {
      event.detail.shouldSwap = false;
      window.location.assign("/login?expired");
    }
  });

  const select = (tabs, chosen) => {
    tabs.querySelectorAll("[role=tab]").forEach((tab) => {
      const selected = tab === chosen;
      tab.setAttribute("aria-selected", String(selected));
      tab.tabIndex = selected ? 0 : -1;
      const panel = document.getElementById(tab.getAttribute("aria-controls"));
      if (panel) {
        panel.hidden = !selected;
      }
    });
  };

  const open = (dialog, opener) => {
    dialog.showModal();
    dialog.addEventListener("close", () => opener.focus(), { once: true });
  };

  document.addEventListener("click", async (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) {
      select(tab.closest("[role=tablist]"), tab);
      return;
    }
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      const source = document.getElementById(copy.dataset.copy);
      try {
        await navigator.clipboard.writeText(source.textContent.trim());
        const before = copy.textContent;
        copy.textContent = copy.dataset.copied;
        setTimeout(() => { copy.textContent = before; }, 1500);
      } catch {
        const range = document.createRange();
        range.selectNodeContents(source);
        window.getSelection().removeAllRanges();
        window.getSelection().addRange(range);
      }
      return;
    }
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialog);
      if (dialog?.showModal) {
        event.preventDefault();
        open(dialog, opener);
      }
      return;
    }
    if (event.target.closest("[data-close]")) {
      event.preventDefault();
      event.target.closest("dialog")?.close();
    }
  });

  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest?.("[role=tab]");
    if (!tab || !["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) {
      return;
    }
    const tabs = [...tab.closest("[role=tablist]").querySelectorAll("[role=tab]")];
    const at = tabs.indexOf(tab);
    const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[event.key];
    const chosen = tabs[(next + tabs.length) % tabs.length];
    event.preventDefault();
    select(tab.closest("[role=tablist]"), chosen);
    chosen.focus();
  });

  // A list of numbers may come from a file, which never leaves the browser as such.
  document.addEventListener("change", async (event) => {
    const target = event.target.dataset?.fills && document.getElementById(event.target.dataset.fills);
    if (target && event.target.files.length) {
      target.value = await event.target.files[0].text();
    }
  });
})();
