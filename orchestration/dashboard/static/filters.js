// A choice is an answer: the form is sent when something is chosen. Without scripts the button does it.
document.querySelectorAll("form.asking").forEach((form) => {
  form.classList.add("sends");
  form.addEventListener("change", () => form.requestSubmit());
  form.addEventListener("submit", () => {
    form.querySelectorAll("select, input").forEach((field) => { field.disabled = field.value === ""; });
  });
});
