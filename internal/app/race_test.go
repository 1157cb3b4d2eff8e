//go:build race

package app_test

// raced reports that the race detector looks on, which makes a month ten times as long.
const raced = true
