//! Guests that mean harm. Each is stopped with the error that the contract names, its operator can see what happened,
//! and nobody else notices.

mod burst;
mod compiling;
mod data;
mod door;
mod fallback;
mod guests;
mod house;
mod outside;
mod sandbox;
mod schemas;
mod secrets;
