// What pages do beyond links and forms: tabs, copying, confirmation. Pages work without it.
(() => {
  "use strict";

  const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content;

  // A page that answers a form can show a secret once. Reloaded, or in another language, it is asked for and not sent again.
  if (document.querySelector("meta[name=posted]")) {
    const page = document.querySelector("main[data-page]")?.dataset.page;
    window.history.replaceState(null, "", page ?? window.location.pathname);
  }

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

  // A form that is used again is empty for the next text, unless what came back is a problem.
  document.addEventListener("htmx:afterSettle", (event) => {
    const form = event.detail.requestConfig?.elt;
    if (form?.dataset?.empties && !document.querySelector(form.dataset.empties)) {
      form.reset();
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

  // Buttons that show what is typed into a password field; hidden again when its form is sent.
  document.querySelectorAll("[data-reveal]").forEach((button) => {
    const input = document.getElementById(button.dataset.reveal);
    const show = (shown) => {
      input.type = shown ? "text" : "password";
      button.setAttribute("aria-pressed", String(shown));
    };
    button.hidden = false;
    button.addEventListener("click", () => show(input.type === "password"));
    input.form?.addEventListener("submit", () => show(false));
  });

  // How strong a new password is. What decides is the server; its list is longer. The library comes when the field is used.
  document.querySelectorAll("[data-strength]").forEach((box) => {
    const input = document.getElementById(box.dataset.strength);
    const [meter, text] = [box.querySelector("meter"), box.querySelector("[role=status]")];
    const known = () => [...input.form.querySelectorAll("input[type=text], input[type=email]")]
      .filter((field) => field !== input)
      .flatMap((field) => [field.value, ...field.value.split(/[^\p{L}\p{N}]+/u)])
      .concat("merpati", "whatsapp");
    const rate = () => {
      box.hidden = !window.zxcvbn || input.value === "";
      if (box.hidden) {
        return;
      }
      const short = [...input.value.replace(/\s+/g, " ")].length < 12;
      // What follows 48 characters makes a password no easier to guess, and the library slow.
      const score = window.zxcvbn(input.value.slice(0, 48), known()).score;
      meter.value = short ? Math.min(score, 1) : score;
      const { short: tooShort, weak, good, strong } = box.dataset;
      const words = short ? tooShort : score < 3 ? weak : score < 4 ? good : strong;
      if (text.textContent !== words) {
        text.textContent = words;
      }
    };
    input.addEventListener("input", rate);
    input.addEventListener("focus", () => {
      const script = document.createElement("script");
      script.src = box.dataset.library;
      script.addEventListener("load", rate);
      document.head.append(script);
    }, { once: true });
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
