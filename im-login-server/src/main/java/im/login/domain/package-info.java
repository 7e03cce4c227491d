/** Which msg-servers there are, how full they are, and which one the next client gets. */
package im.login.domain;
