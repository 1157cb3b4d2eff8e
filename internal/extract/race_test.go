//go:build race

package extract

// overhead is how many times as much is allocated under the race detector.
const overhead = 5
