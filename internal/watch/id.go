package watch

import (
	"crypto/sha256"
	"encoding/base32"
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

// FeedID names a feed of a channel in the same way, by its normalised URL.
func FeedID(to alert.Destination, normalizedURL string) string {
	return WatchID(to, "feed\x00"+normalizedURL)
}
