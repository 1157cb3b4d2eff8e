package watch

import (
	"crypto/sha256"
	"encoding/base32"
	"strconv"
	"strings"

	"erratum/internal/alert"
)

// WatchID names the watch of one channel on one article: 13 lower-case base32
// characters (65 bits) of the SHA-256 of guild, channel and article ID, so that
// adding it again finds the first. A watch whose article moved keeps the name it
// was born with.
func WatchID(to alert.Destination, articleID string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{to.Guild, to.Channel, articleID}, "\x00")))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))[:13]
}

// NewWatchID names a new watch in the same way, by another name where a watch that was
// moved to another channel kept it.
func NewWatchID(to alert.Destination, articleID string, taken func(id string) bool) string {
	id := WatchID(to, articleID)
	for n := 1; taken(id); n++ {
		id = WatchID(to, articleID+"\x00"+strconv.Itoa(n))
	}
	return id
}

// FeedID names a feed of a channel in the same way, by its normalised URL.
func FeedID(to alert.Destination, normalizedURL string) string {
	return WatchID(to, "feed\x00"+normalizedURL)
}
