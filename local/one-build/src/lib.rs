//! Nothing but dependencies: the features that any command of this workspace turns on in a library that the functions
//! use as well.
//!
//! Cargo decides on a library's features from the packages that one command selects. `cargo lambda watch` selects a
//! function, `make up` the programs, `make test` everything, so each of them compiled tokio and all that is built on it
//! anew. With this package among the dependencies they all decide alike. Packaged functions do without: `holdfast` has
//! this package only with its feature `one-build`. `make compiled-once` checks that the list is complete.
