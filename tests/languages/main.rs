//! Plugins in every language that the program knows, begun, built and run as their authors do it: by the command line
//! alone, in a folder of their own, with the real toolchains.

mod beginnings;
mod c_sdk;
mod examples;
mod mistakes;
mod project;
mod run;
mod wasi;
mod work;
