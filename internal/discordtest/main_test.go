package discordtest_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain sees that nothing of a server or a session runs on.
// The library that plays the bot tries to connect again for as long as it lives when a
// heartbeat meets a closed server, whoever closes its session.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/bwmarrin/discordgo.(*Session).reconnect"))
}
