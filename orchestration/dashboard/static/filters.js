// A choice is an answer: the form is sent when something is chosen. Without scripts the button does it, and for whoever
// chooses by keyboard, where every arrow is a choice.
document.querySelectorAll("form.asking").forEach((form) => {
  const fields = form.querySelectorAll("select, input");
  form.addEventListener("keydown", (event) => {
    if (event.target.matches("select") && event.key !== "Tab") form.classList.remove("sends");
  });
  form.addEventListener("change", () => {
    if (form.classList.contains("sends")) form.requestSubmit();
  });
  form.addEventListener("submit", () => {
    fields.forEach((field) => { field.disabled = field.value === ""; });
  });
  // Browsers keep a page as it was left: the way back leads to its numbers, and so must its choices.
  window.addEventListener("pageshow", () => {
    fields.forEach((field) => { field.disabled = false; });
    form.reset();
    form.classList.add("sends");
  });
});
