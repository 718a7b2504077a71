//! Pages in a real browser: the console, and what customers open.

mod calendars;
mod console;
mod deliveries;
mod driver;
mod hand_off;
mod kinds;
mod merge;
mod names;
mod notification_settings;
mod operator;
mod panels;
mod records;
mod roles;
mod scripts;
mod slow_line;
mod status;
mod survey;
mod ticket;
