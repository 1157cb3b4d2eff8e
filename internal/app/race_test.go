//go:build race

package app_test

// raced reports that the race detector looks on.
const raced = true
