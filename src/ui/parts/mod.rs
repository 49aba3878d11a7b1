//! Small views that know no domain: buttons, fields, toasts. One file each, with a style sheet of the same name (the
//! fields share `field.css`). All of them work as the server renders them, before the browser's code arrives.

pub mod avatar;
pub mod badge;
pub(super) mod binding;
pub mod bubble;
pub mod button;
pub mod card;
pub mod checkbox;
pub mod code_block;
pub mod copy_field;
pub mod dialog;
pub mod diff_text;
pub mod disclosure;
pub mod empty_state;
pub mod face;
pub mod field;
pub mod hydrated;
pub mod icon;
pub mod kbd;
pub mod markdown;
pub mod menu;
pub mod notice;
pub mod pause;
pub mod popover;
pub mod select;
pub mod show_more;
pub mod skeleton;
pub mod tabs;
pub mod text_area;
pub mod text_input;
pub mod theme_switch;
pub mod time;
pub mod toasts;
