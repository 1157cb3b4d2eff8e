package discordtest_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain sees that nothing of a server or a session runs on.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
