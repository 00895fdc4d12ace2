/** Where tenants have their events sent to: endpoints, their secrets, tests, deliveries and replays. The dispatcher delivers. */
@NullMarked
package dev.merpati.gateway.webhook;

import org.jspecify.annotations.NullMarked;
