/** What tenants have used of their plans, by day. */
@NullMarked
package dev.merpati.gateway.usage;

import org.jspecify.annotations.NullMarked;
