//go:build !linux

package sqlitestore

// remote names the network file system that a path is on; here that is not known.
func remote(string) string { return "" }
