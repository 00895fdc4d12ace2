// Received files in chats: a picture, a sound or a video that does not come, and a download that would be none, are explained
// in their place, with words that the page brings along. Without this a preview stays empty and a link leads to the API.
(() => {
  "use strict";

  const PATIENCE = 20; // times that a file is asked for again while it is being fetched
  const states = document.getElementById("file-states")?.content;
  if (!states) {
    return;
  }

  const say = (file, code, message, again) => {
    const state = file.querySelector(".state");
    const words = states.querySelector(`[data-state="${CSS.escape(code ?? "")}"]`) ?? states.querySelector("[data-state=offline]");
    state.replaceChildren(words.matches("[data-state=offline]") && message ? message : words.textContent);
    if (again) {
      const button = states.querySelector("button").cloneNode(true);
      button.addEventListener("click", again);
      state.append(" ", button);
    }
  };

  // Asks for the first byte: the answer tells what would become of the rest. Null when it is there.
  const look = async (url) => {
    try {
      const response = await fetch(url, { headers: { Accept: "application/json", Range: "bytes=0-0" } });
      if (response.status === 401) {
        window.location.assign("/login?expired");
        return { code: "offline" };
      }
      if (response.status === 202) {
        const { status } = await response.json();
        return { code: status, wait: Number(response.headers.get("Retry-After")) || 5 };
      }
      // 416: there is no first byte, since the file is empty.
      return response.ok || response.status === 416 ? null : await response.json();
    } catch {
      return { code: "offline" };
    }
  };

  // Waits until the file is there, or is known not to come; then is as look says.
  const arrival = async (file, url) => {
    let found = await look(url);
    for (let times = 0; found?.wait && times < PATIENCE && file.isConnected; times++) {
      say(file, found.code);
      await new Promise((resolve) => { setTimeout(resolve, found.wait * 1000); });
      found = await look(url);
    }
    return found;
  };

  const show = (preview, url) => {
    (preview.closest("a") ?? preview).hidden = false;
    preview.setAttribute("src", url);
    if (preview.matches("audio, video")) {
      preview.load();
      preview.play().catch(() => {}); // It tells by an event of its own.
    }
  };

  const explain = async (preview) => {
    const file = preview.closest(".file");
    const url = preview.getAttribute("src");
    const triedAgain = preview.dataset.preview === "again";
    (preview.closest("a") ?? preview).hidden = true;
    preview.dataset.preview = "again";
    const found = await arrival(file, url);
    if (!found && triedAgain) {
      say(file, "unplayable");
      return;
    }
    const again = () => {
      file.querySelector(".state").replaceChildren();
      show(preview, url);
    };
    if (found) {
      preview.dataset.preview = "";
      say(file, found.code, found.message, again);
    } else {
      again(); // It has come since.
    }
  };

  // An error of a picture or a player tells no reason, and does not bubble. Pictures may have failed before this ran.
  document.addEventListener("error", (event) => {
    if (event.target.matches?.("[data-preview]")) {
      explain(event.target);
    }
  }, true);
  document.querySelectorAll("img[data-preview]").forEach((picture) => {
    if (picture.complete && picture.naturalWidth === 0) {
      explain(picture);
    }
  });

  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-file]");
    if (!link || link.dataset.file === "there" || event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }
    event.preventDefault();
    if (link.dataset.file === "asked") {
      return;
    }
    const file = link.closest(".file");
    link.dataset.file = "asked";
    const found = await arrival(file, link.href);
    link.dataset.file = found ? "" : "there";
    if (found) {
      say(file, found.code, found.message, () => link.click());
    } else {
      file.querySelector(".state").replaceChildren();
      link.click();
      link.dataset.file = "";
    }
  });
})();
