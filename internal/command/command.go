// Package command holds the commands without a chat platform: a request goes in, a
// reply comes out. Discord and the console decode requests and render replies; this
// package knows neither.
//
// Start reading at [Router].
package command
