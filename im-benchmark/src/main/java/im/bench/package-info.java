/** {@code bin/im bench}: loads for file-servers and msg-servers, beside yardsticks of the machine. */
package im.bench;
