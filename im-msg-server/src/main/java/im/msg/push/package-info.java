/** Ways to mobiles that are not connected. */
package im.msg.push;
