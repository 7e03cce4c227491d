/**
 * The protocol as types: every command with the message it carries. The messages themselves are generated from the
 * .proto files into the packages below this one.
 */
package im.proto;
