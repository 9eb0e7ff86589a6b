// A choice is an answer: the form is sent when something is chosen. Without scripts the button does it.
document.querySelectorAll("form.asking").forEach((form) => {
  const fields = form.querySelectorAll("select, input");
  form.classList.add("sends");
  form.addEventListener("change", () => form.requestSubmit());
  form.addEventListener("submit", () => {
    fields.forEach((field) => { field.disabled = field.value === ""; });
  });
  // Browsers keep a page as it was left: the way back leads to its numbers, and so must its choices.
  window.addEventListener("pageshow", () => {
    fields.forEach((field) => { field.disabled = false; });
    form.reset();
  });
});
