package discordtest_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain sees that nothing of a server or a session runs on, but for two things that end
// by themselves: the library that plays the bot goes on trying to connect when a heartbeat
// met a closed server, and net/http keeps a connection for half a second when it answered
// before it had read all of a request.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction("github.com/bwmarrin/discordgo.(*Session).reconnect"),
		goleak.IgnoreAnyFunction("net/http.(*conn).closeWriteAndWait"))
}
