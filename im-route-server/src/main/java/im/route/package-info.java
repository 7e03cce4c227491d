/**
 * The route-server: its start, its stop and its wiring. {@link im.route.domain} knows who is online where and who is told;
 * {@link im.route.link} is what msg-servers say and hear.
 */
package im.route;
