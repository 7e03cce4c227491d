/** Several msg-servers as one over Redis: who is where stands in it, and what is for users elsewhere goes over its channels. */
package im.msg.redis;
