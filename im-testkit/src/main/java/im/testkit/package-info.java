/** What the tests of several modules share: a real database, a bare wire client, recorded conversations, leak detection. */
package im.testkit;
