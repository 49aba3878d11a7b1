//! Small views that know no domain: buttons, fields, toasts. One file each, with a style sheet of the same name (the
//! fields share `field.css`). All of them work as the server renders them, before the browser's code arrives.

pub mod badge;
mod binding;
pub mod button;
pub mod checkbox;
pub mod field;
pub mod hydrated;
pub mod icon;
pub mod select;
pub mod text_area;
pub mod text_input;
pub mod toasts;
