/** What applies to every request: its id, and the order of the filters. */
@NullMarked
package dev.merpati.gateway.web;

import org.jspecify.annotations.NullMarked;
