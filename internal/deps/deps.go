// Package deps holds no code: its test reads the imports of the whole tree and
// fails when a package knows another it should not. docs/design.md has the table in
// words.
package deps
