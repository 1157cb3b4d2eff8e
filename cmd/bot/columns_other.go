//go:build !unix

package main

import "os"

// columns is how wide a terminal is; it can't be asked here.
func columns(*os.File) int { return 0 }
