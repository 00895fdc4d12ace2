/** What every request has, whoever sends it: an id, and filters in a known order. */
@NullMarked
package dev.merpati.gateway.web;

import org.jspecify.annotations.NullMarked;
