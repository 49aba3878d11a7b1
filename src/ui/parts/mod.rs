//! Small views that know no domain: buttons, fields, toasts. One file each, with a style sheet of the same name.
