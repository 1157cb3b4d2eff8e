package app_test

import "testing"

// TestDayOnDiscordAndRedis is the mission on its real parts.
func TestDayOnDiscordAndRedis(t *testing.T) {
	t.Parallel()
	newStage(t, newRedisProcess(t).url()).day()
}
