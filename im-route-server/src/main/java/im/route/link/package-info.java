/** The links to msg-servers: what they may say, and how they hear of others. All of it runs on the one event loop. */
package im.route.link;
