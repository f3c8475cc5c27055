// What follows the # of an address reaches no server. The sign-in page adds it to the way back, so that a deep link ends
// where it points; the page of a share link hands it in and takes it out of the address. A new link or token can be copied
// by a button.
(() => {
  "use strict";
  const fragment = location.hash;
  const share = document.getElementById("share");
  if (share && fragment.length > 1) {
    history.replaceState(null, "", location.pathname);
    share.elements.token.value = fragment.slice(1);
    share.submit();
    return;
  }
  if (fragment.length > 1) {
    for (const part of document.querySelectorAll("[data-back]")) {
      if (part.tagName === "A") {
        const way = new URL(part.href);
        const back = way.searchParams.get("return") + fragment;
        // The site keeps no longer way back than this.
        if (back.length <= 512) way.searchParams.set("return", back);
        part.href = way.href;
      } else if (part.value.length + fragment.length <= 512) {
        part.value += fragment;
      }
    }
  }
  const copy = document.querySelector("[data-copy]");
  if (copy) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      const field = document.getElementById(copy.dataset.copy);
      field.select();
      // Only a secure page may write to the clipboard; the older way works everywhere.
      const copied = await navigator.clipboard?.writeText(field.value).then(() => true, () => false);
      if (copied || document.execCommand("copy")) copy.textContent = "Copied";
    });
  }
  const go = document.querySelector("a[data-go]");
  if (go) location.replace(go.href);
})();
