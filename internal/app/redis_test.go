package app_test

import (
	"testing"

	"erratum/internal/redistest"
)

// TestDayOnDiscordAndRedis is the mission on its real parts.
func TestDayOnDiscordAndRedis(t *testing.T) {
	t.Parallel()
	newStage(t, redistest.New(t).URL()).day()
}
