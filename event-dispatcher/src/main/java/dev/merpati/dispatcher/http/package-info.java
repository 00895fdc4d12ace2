/** The HTTP client for endpoints that tenants name: it reaches the public Internet and nothing else, unless the operator allows it. */
@NullMarked
package dev.merpati.dispatcher.http;

import org.jspecify.annotations.NullMarked;
